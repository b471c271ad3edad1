//! The event loop that commands run on.

/// Runs a future to its end on this thread. On Linux a runtime ends with the thread that started
/// it, so sessions must be started on one that lives as long as they do: the main one.
pub fn block_on<T>(future: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(future)
}
