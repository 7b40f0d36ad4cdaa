//! What the programs of Rust share; hosting.py says what they print.

/// Answers a query, or says what is wrong with it.
pub type Connection = Box<dyn FnMut(&str) -> Result<String, String>>;

#[derive(Clone, Copy, PartialEq)]
pub enum Loading {
    Once,
    Twice,
    NotAllowed,
}

fn tell(word: &str, text: &str) {
    println!("{word}\t{}", text.split_whitespace().collect::<Vec<_>>().join(" "));
}

fn answers(mut db: Connection) -> Vec<String> {
    let queries = std::fs::read_to_string(std::env::var("QUERIES").unwrap()).unwrap();
    queries.lines().map(|query| db(query).unwrap_or_else(|error| error)).collect()
}

/// The version of a crate that was compiled.
fn version(lock: &str, name: &str) -> String {
    let start = lock.find(&format!("name = \"{name}\"\n")).unwrap();
    lock[start..].split('"').nth(3).unwrap().to_string()
}

pub fn main(lock: &str, name: &str, open: fn(Loading) -> Result<Connection, String>) {
    let loading = if std::env::args().len() > 1 { Loading::NotAllowed } else { Loading::Twice };
    let mut first = match open(loading) {
        Ok(db) => db,
        Err(error) => return tell("failed", &error),
    };
    tell("host", &format!("{name} {}", version(lock, name)));
    tell("sqlite", &first("SELECT sqlite_version()").unwrap());
    let second = open(Loading::Once).unwrap();
    answers(first).iter().for_each(|text| tell("one", text));
    answers(second).iter().for_each(|text| tell("two", text));
    let threads: Vec<_> = (0..4).map(|_| std::thread::spawn(move || answers(open(Loading::Once).unwrap()))).collect();
    for thread in threads {
        thread.join().unwrap().iter().for_each(|text| tell("thread", text));
    }
}
