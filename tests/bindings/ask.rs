// Links the crate, and answers the queries of standard input, one to a line, each of one text.
use rusqlite::{ffi, Connection};

fn main() -> rusqlite::Result<()> {
    unsafe {
        ffi::sqlite3_auto_extension(Some(std::mem::transmute(
            sqlite_sketches::sqlite3_sketches_init as *const (),
        )));
    }
    let db = Connection::open_in_memory()?;
    for query in std::io::stdin().lines().map_while(Result::ok) {
        match db.query_row(&query, [], |row| row.get::<_, String>(0)) {
            Ok(answer) => println!("{answer}"),
            Err(error) => println!("Error: {error}"),
        }
    }
    Ok(())
}
