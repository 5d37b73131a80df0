// Runs the statements of a file and writes each row as JSON.
const { DuckDBInstance } = require('@duckdb/node-api');
const { readFileSync } = require('fs');

(async () => {
  const db = await DuckDBInstance.create(':memory:');
  const c = await db.connect();
  for (const statement of readFileSync(process.argv[2], 'utf8').split(';').map((s) => s.trim()).filter(Boolean)) {
    const rows = await c.runAndReadAll(statement);
    for (const row of rows.getRowObjectsJson()) console.log(JSON.stringify(row));
  }
})().catch((e) => { console.error(e.message); process.exit(1); });
