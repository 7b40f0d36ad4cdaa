// A list of values with bars, which move to their new places.  What posts contain comes in by textContent.
const still = matchMedia("(prefers-reduced-motion: reduce)");
const MOVE = { duration: 350, easing: "ease-out" };

function newItem() {
    const item = document.createElement("li");
    for (const name of ["value", "figure"]) {
        const span = document.createElement("span");
        span.className = name;
        item.append(span);
    }
    return item;
}

export class Bars {
    #list;
    #items = new Map();

    constructor(list) {
        this.#list = list;
        list.style.setProperty("--rows", list.dataset.rows);
    }

    /** Rows of { value, size, figure }, the longest bar being that of the largest size. */
    show(rows) {
        const places = new Map([...this.#list.children].map((item, i) => [item, i]));
        const most = Math.max(...rows.map(row => row.size));
        const items = new Map();
        const shown = rows.map(({ value, size, figure }) => {
            const item = this.#items.get(value) ?? newItem();
            items.set(value, item);
            item.firstChild.textContent = value;
            item.lastChild.textContent = figure;
            item.style.setProperty("--share", (size / most).toFixed(4));
            return item;
        });
        this.#items = items;
        this.#list.replaceChildren(...shown);
        if (!still.matches && shown.length > 0) {
            const height = shown[0].offsetHeight;
            shown.forEach((item, i) => move(item, places.get(item), i, height));
        }
    }
}

function move(item, from, to, height) {
    if (from === undefined) {
        item.animate([{ opacity: 0 }, { opacity: 1 }], MOVE);
    } else if (from !== to) {
        item.animate([{ transform: `translateY(${(from - to) * height}px)` }, { transform: "none" }], MOVE);
    }
}
