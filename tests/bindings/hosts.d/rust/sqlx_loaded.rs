mod asking;
use asking::{Connection, Loading};
use sqlx::ConnectOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

async fn connect(loading: Loading) -> sqlx::Result<SqliteConnection> {
    if loading == Loading::Twice {
        let options = SqliteConnectOptions::new().filename(":memory:");
        return unsafe { options.extension("./sketches").extension("./sketches.so") }.connect().await;
    }
    // lines
    let options = SqliteConnectOptions::new().filename(":memory:");
    let options = unsafe { options.extension("./sketches") };
    let db = options.connect().await?;
    // end of lines
    Ok(db)
}

fn opened(loading: Loading) -> sqlx::Result<Connection> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut db = runtime.block_on(connect(loading))?;
    Ok(Box::new(move |query| {
        let asked = sqlx::query_scalar(sqlx::AssertSqlSafe(query.to_string())).fetch_one(&mut db);
        runtime.block_on(asked).map_err(|error| error.to_string())
    }))
}

fn main() {
    let open = |loading| opened(loading).map_err(|error| error.to_string());
    asking::main(include_str!("../Cargo.lock"), "sqlx", open);
}
