// The two charts, by uPlot; each says in words what it shows.
import uPlot from "uplot";

const dark = matchMedia("(prefers-color-scheme: dark)");
const colour = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

class Chart {
    #place;
    #options;
    #data = [[], []];
    #plot;

    constructor(place, options) {
        this.#place = place;
        this.#options = options;
        this.#draw();
        dark.addEventListener("change", () => this.#draw());
        new ResizeObserver(() => this.#plot.setSize(this.#size())).observe(place);
    }

    show(data, label) {
        this.#data = data;
        this.#plot.setData(data);
        this.#place.setAttribute("aria-label", label);
    }

    #size() {
        return { width: this.#place.clientWidth, height: this.#place.clientHeight };
    }

    #draw() {
        this.#plot?.destroy();
        const axis = { stroke: colour("--soft"), font: "12px system-ui, sans-serif", ticks: { show: false },
            grid: { stroke: colour("--line"), width: 1 } };
        const { x, y, ...options } = this.#options;
        this.#plot = new uPlot({
            ...this.#size(), padding: [6, 18, 0, 0], legend: { show: false }, cursor: { show: false },
            series: [{}, { stroke: colour("--mark"), width: 2, fill: colour("--bar"), points: { show: false } }],
            axes: [{ ...axis, size: 24, grid: { show: false }, ...x }, { ...axis, size: 44, ...y }],
            ...options,
        }, this.#data, this.#place);
    }
}

export function minutesChart(place) {
    const chart = new Chart(place, {
        scales: { x: { time: true }, y: { range: (_, least, most) => [0, Math.max(1, most * 1.1)] } },
        tzDate: seconds => uPlot.tzDate(new Date(seconds * 1000), "UTC"),
        x: { space: 60, values: [[86400, "{MMM} {D}"], [3600, "{HH}:{mm}"], [60, "{HH}:{mm}"]]
            .map(([step, text]) => [step, text, null, null, null, null, null, null, 0]) },
    });
    return ({ at, posts }) => {
        const most = Math.max(...posts);
        chart.show([at, posts], `Posts a minute: ${posts.at(-1).toFixed(1)} now, ${most.toFixed(1)} at most`);
    };
}

export function lengthsChart(place, note) {
    const chart = new Chart(place, {
        scales: { x: { time: false, range: [0, 1] }, y: { range: (_, least, most) => [0, Math.max(1, most * 1.05)] } },
        x: { values: (_, splits) => splits.map(share => `${Math.round(100 * share)} %`) },
    });
    return ({ share, characters }) => {
        const at = wanted => Math.round(characters[share.indexOf(wanted)]);
        note.textContent = `Half of the posts have at most ${at(0.5)} characters, nine of ten at most ${at(0.9)}.`;
        chart.show([share, characters], `Length of a post: ${note.textContent}`);
    };
}
