import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

class Ask {
  static Connection connect() throws SQLException {
    // lines
    Connection db = DriverManager.getConnection("jdbc:sqlite::memory:?enable_load_extension=true");
    try (Statement statement = db.createStatement()) {
      statement.execute("SELECT load_extension('./sketches')");
    }
    // end of lines
    return db;
  }

  static String ask(Connection db, String query) throws SQLException {
    try (Statement statement = db.createStatement(); ResultSet rows = statement.executeQuery(query)) {
      rows.next();
      return rows.getString(1);
    }
  }

  static List<String> answers(Connection db) throws Exception {
    List<String> texts = new ArrayList<>();
    for (String query : Files.readAllLines(Path.of(System.getenv("QUERIES")))) {
      try {
        texts.add(ask(db, query));
      } catch (SQLException error) {
        texts.add(error.getMessage());
      }
    }
    return texts;
  }

  static void tell(String word, List<String> texts) {
    texts.forEach(text -> System.out.println(word + "\t" + text.replaceAll("\\s+", " ")));
  }

  public static void main(String[] arguments) throws Exception {
    Connection first;
    try {
      if (arguments.length > 0) {
        ask(DriverManager.getConnection("jdbc:sqlite::memory:"), "SELECT load_extension('./sketches')");
      }
      first = connect();
      ask(first, "SELECT load_extension('./sketches')");
    } catch (SQLException error) {
      tell("failed", List.of(error.getMessage()));
      return;
    }
    tell("host", List.of("Java " + System.getProperty("java.version") + ", sqlite-jdbc " + first.getMetaData().getDriverVersion()));
    tell("sqlite", List.of(ask(first, "SELECT sqlite_version()")));
    tell("one", answers(first));
    tell("two", answers(connect()));
    var threads = Executors.newFixedThreadPool(4);
    List<Future<List<String>>> asked = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      asked.add(threads.submit(() -> answers(connect())));
    }
    for (Future<List<String>> each : asked) {
      tell("thread", each.get());
    }
    threads.shutdown();
  }
}
