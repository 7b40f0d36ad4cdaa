(* The protocol is that of hosting.py. *)

let tell word text = Printf.printf "%s\t%s\n%!" word (String.map (fun c -> if c = '\n' then ' ' else c) text)

let ask db query =
  let statement = Sqlite3.prepare db query in
  match Sqlite3.step statement with
  | Sqlite3.Rc.ROW -> Sqlite3.Data.to_string_coerce (Sqlite3.column statement 0)
  | _ -> failwith (Sqlite3.errmsg db)

let answer db query = try ask db query with Failure message | Sqlite3.Error message -> message

let load db =
  (* lines *)
  if not (Sqlite3.enable_load_extension db true) then failwith "extensions are not allowed";
  Sqlite3.Rc.check (Sqlite3.exec db "SELECT load_extension('./sketches')");
  ignore (Sqlite3.enable_load_extension db false)
  (* end of lines *)

let loaded () =
  let db = Sqlite3.db_open ":memory:" in
  load db;
  db

let read_lines path =
  let file = open_in path in
  let rec go lines = match input_line file with line -> go (line :: lines) | exception End_of_file -> List.rev lines in
  go []

let main () =
  let queries = read_lines (Sys.getenv "QUERIES") in
  let first = Sqlite3.db_open ":memory:" in
  let not_allowed = Array.length Sys.argv > 1 in
  match if not_allowed then ignore (ask first "SELECT load_extension('./sketches')") else load first with
  | exception _ -> tell "failed" (Sqlite3.errmsg first)
  | () ->
      load first;
      tell "host" ("OCaml " ^ Sys.ocaml_version);
      tell "sqlite" (ask first "SELECT sqlite_version()");
      let tell_all word db = List.iter (fun query -> tell word (answer db query)) queries in
      tell_all "one" first;
      tell_all "two" (loaded ());
      let told = Array.make 4 [] in
      let thread i = Thread.create (fun () -> let db = loaded () in told.(i) <- List.map (answer db) queries) () in
      List.iter Thread.join (List.init 4 thread);
      Array.iter (List.iter (tell "thread")) told

let () = main ()
