#![no_std]
#![doc = include_str!("../README.md")]

use core::ffi::{c_char, c_int, c_void};

extern "C" {
    /// The entry point of the extension, for `sqlite3_auto_extension`; or to be called with a
    /// connection and two null pointers, which gives the functions to that one alone.
    ///
    /// # Safety
    ///
    /// `db` is an open connection of the SQLite that this program is linked to, and `error` is null
    /// or takes a message for `sqlite3_free`. `api` is not looked at.
    pub fn sqlite3_sketches_init(db: *mut c_void, error: *mut *mut c_char, api: *const c_void) -> c_int;
}
