mod asking;
use asking::{Connection, Loading};

fn load(db: &rusqlite::Connection) -> rusqlite::Result<()> {
    // lines
    unsafe {
        let _allowed = rusqlite::LoadExtensionGuard::new(&db)?; // until here
        db.load_extension("./sketches", None::<&str>)?;
    }
    // end of lines
    Ok(())
}

fn opened(loading: Loading) -> rusqlite::Result<Connection> {
    let db = rusqlite::Connection::open_in_memory()?;
    match loading {
        Loading::Once => load(&db)?,
        Loading::Twice => load(&db).and_then(|()| load(&db))?,
        Loading::NotAllowed => {
            db.load_extension_disable()?; // SQLite is compiled so that Rust may load from the beginning, and SQL may not
            unsafe { db.load_extension("./sketches", None::<&str>)? };
        }
    }
    Ok(Box::new(move |query| db.query_row(query, [], |row| row.get(0)).map_err(|error| error.to_string())))
}

fn main() {
    let open = |loading| opened(loading).map_err(|error| error.to_string());
    asking::main(include_str!("../Cargo.lock"), "rusqlite", open);
}
