mod asking;
use asking::{Connection, Loading};
use sqlx::Connection as _;

async fn connect() -> sqlx::Result<sqlx::SqliteConnection> {
    // lines
    sqlite_sketches::auto_extension().unwrap(); // for every connection from now on
    let db = sqlx::SqliteConnection::connect("sqlite::memory:").await?;
    // end of lines
    Ok(db)
}

fn opened(loading: Loading) -> sqlx::Result<Connection> {
    if loading == Loading::Twice {
        sqlite_sketches::auto_extension().unwrap();
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut db = runtime.block_on(connect())?;
    Ok(Box::new(move |query| {
        let asked = sqlx::query_scalar(sqlx::AssertSqlSafe(query.to_string())).fetch_one(&mut db);
        runtime.block_on(asked).map_err(|error| error.to_string())
    }))
}

fn main() {
    let open = |loading| opened(loading).map_err(|error| error.to_string());
    asking::main(include_str!("../Cargo.lock"), "sqlx", open);
}
