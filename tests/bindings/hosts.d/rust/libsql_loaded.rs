mod asking;
use asking::{Connection, Loading};

fn load(db: &libsql::Connection) -> libsql::Result<()> {
    // lines
    db.load_extension_enable()?;
    db.load_extension("./sketches", None)?;
    db.load_extension_disable()?;
    // end of lines
    Ok(())
}

async fn connect(loading: Loading) -> libsql::Result<libsql::Connection> {
    let db = libsql::Builder::new_local(":memory:").build().await?.connect()?;
    match loading {
        Loading::Once => load(&db)?,
        Loading::Twice => load(&db).and_then(|()| load(&db))?,
        Loading::NotAllowed => {
            db.load_extension_disable()?; // SQLite is compiled so that Rust may load from the beginning, and SQL may not
            db.load_extension("./sketches", None)?;
        }
    }
    Ok(db)
}

async fn ask(db: &libsql::Connection, query: &str) -> libsql::Result<String> {
    let row = db.query(query, ()).await?.next().await?.expect("a row");
    row.get(0)
}

fn open(loading: Loading) -> Result<Connection, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let db = runtime.block_on(connect(loading)).map_err(|error| error.to_string())?;
    Ok(Box::new(move |query| runtime.block_on(ask(&db, query)).map_err(|error| error.to_string())))
}

fn main() {
    asking::main(include_str!("../Cargo.lock"), "libsql", open);
}
