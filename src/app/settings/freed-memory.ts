/**
 * Freed memory goes back to the system: to be imported before anything that loads DuckDB, whose allocator reads this variable
 * once, when it is loaded. By itself it keeps freed pages for seconds, which for a table of hundreds of long texts is
 * several times of what is in use; its settings of the database are heeded between queries alone.
 */
process.env.DUCKDB_JE_MALLOC_CONF ??= 'dirty_decay_ms:100,muzzy_decay_ms:0';
