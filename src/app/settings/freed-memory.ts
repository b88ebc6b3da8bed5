/**
 * Freed memory goes back to the system: to be imported before anything that loads DuckDB, whose allocator reads this variable
 * once, when it is loaded. By itself it keeps freed pages for seconds, which for a table of hundreds of long texts is
 * several times of what is in use; its settings of the database are heeded between queries alone. Kept for a tenth of a second
 * they are still 50 MB at the peak of a commit of 64 MB. What is given back and asked for again costs time, so that each thread keeps
 * some pieces of up to 1 MB (2 to the power of 20): without them, a run that looks for keys in large tables takes a tenth more.
 */
process.env.DUCKDB_JE_MALLOC_CONF ??= 'dirty_decay_ms:0,muzzy_decay_ms:0,lg_tcache_max:20';
