mod asking;
use asking::{Connection, Loading};

fn opened(loading: Loading) -> rusqlite::Result<Connection> {
    if loading == Loading::Twice {
        sqlite_sketches::auto_extension().unwrap();
    }
    // lines
    sqlite_sketches::auto_extension().unwrap(); // for every connection from now on
    let db = rusqlite::Connection::open_in_memory()?;
    // end of lines
    Ok(Box::new(move |query| db.query_row(query, [], |row| row.get(0)).map_err(|error| error.to_string())))
}

fn main() {
    let open = |loading| opened(loading).map_err(|error| error.to_string());
    asking::main(include_str!("../Cargo.lock"), "rusqlite", open);
}
