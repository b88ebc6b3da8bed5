/**
 * Freed memory goes back to the system: to be imported before anything that loads DuckDB, whose allocator reads this variable
 * once, when it is loaded. By itself it keeps freed pages for seconds, which for a table of hundreds of long texts is
 * several times of what is in use; its settings of the database are heeded between queries alone. Kept for a tenth of a second they
 * are still 40 MB at the peak of a commit of 64 MB and 70 MB after it; to give them back at once takes 0.1 CPU s of such a commit.
 */
process.env.DUCKDB_JE_MALLOC_CONF ??= 'dirty_decay_ms:0,muzzy_decay_ms:0';
