#![no_std]
#![doc = include_str!("../README.md")]

use core::ffi::{c_char, c_int, c_void};

type EntryPoint = unsafe extern "C" fn(*mut c_void, *mut *mut c_char, *const c_void) -> c_int;

extern "C" {
    /// The entry point of the extension: called with a connection and two null pointers, it gives
    /// the functions to that one alone.
    ///
    /// # Safety
    ///
    /// `db` is an open connection of the SQLite that this program is linked to, and `error` is null
    /// or takes a message for `sqlite3_free`. `api` is not looked at.
    pub fn sqlite3_sketches_init(db: *mut c_void, error: *mut *mut c_char, api: *const c_void) -> c_int;

    // Of the SQLite that the program is linked to, whoever brings it.
    fn sqlite3_auto_extension(entry: Option<EntryPoint>) -> c_int;
    fn sqlite3_cancel_auto_extension(entry: Option<EntryPoint>) -> c_int;
}

/// Gives the functions to every connection that is opened from now on, in any thread. Calling it
/// again does no harm.
///
/// # Errors
///
/// SQLite's code, such as 7 (`SQLITE_NOMEM`).
pub fn auto_extension() -> Result<(), c_int> {
    match unsafe { sqlite3_auto_extension(Some(sqlite3_sketches_init)) } {
        0 => Ok(()),
        code => Err(code),
    }
}

/// Ends that. Open connections keep the functions.
pub fn cancel_auto_extension() {
    unsafe { sqlite3_cancel_auto_extension(Some(sqlite3_sketches_init)) };
}
