mod asking;
use asking::{Connection, Loading};

async fn connect() -> libsql::Result<libsql::Connection> {
    // lines
    let database = libsql::Builder::new_local(":memory:").build().await?; // not before the first of these
    sqlite_sketches::auto_extension().unwrap(); // for every connection from now on
    let db = database.connect()?;
    // end of lines
    Ok(db)
}

async fn ask(db: &libsql::Connection, query: &str) -> libsql::Result<String> {
    let row = db.query(query, ()).await?.next().await?.expect("a row");
    row.get(0)
}

fn open(loading: Loading) -> Result<Connection, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut db = runtime.block_on(connect()).map_err(|error| error.to_string())?;
    if loading == Loading::Twice {
        db = runtime.block_on(connect()).map_err(|error| error.to_string())?;
    }
    Ok(Box::new(move |query| runtime.block_on(ask(&db, query)).map_err(|error| error.to_string())))
}

fn main() {
    asking::main(include_str!("../Cargo.lock"), "libsql", open);
}
