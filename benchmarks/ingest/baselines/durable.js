"use strict";

// Fastify + Ajv, two processes: one transaction a request, answered after its commit. Repeats are dropped by
// (source, message id), counters and violations are upserted in key order.

const cluster = require("node:cluster");

if (cluster.isPrimary) {
  cluster.fork();
  cluster.fork();
} else {
  const { Pool } = require("pg");
  const { judge, serve, sourceId } = require("./check.js");

  const pool = new Pool({ max: Number(process.env.POOL) }); // where: PGHOST and its kin
  const SEEN = {
    name: "seen",
    text: `INSERT INTO seen (source_id, message_id) SELECT $1, unnest($2::text[])
           ON CONFLICT DO NOTHING RETURNING message_id`,
  };
  const COUNTS = {
    name: "counts",
    text: `INSERT INTO counts AS c (source_id, hour, event, received, violating)
           SELECT $1, date_trunc('hour', now()), * FROM unnest($2::text[], $3::bigint[], $4::bigint[])
           ON CONFLICT (source_id, hour, event) DO UPDATE
           SET received = c.received + excluded.received, violating = c.violating + excluded.violating`,
  };
  const VIOLATIONS = {
    name: "violations",
    text: `INSERT INTO violations AS v (source_id, event, field, keyword, count, first_seen, last_seen)
           SELECT $1, event, field, keyword, count, now(), now()
           FROM unnest($2::text[], $3::text[], $4::text[], $5::bigint[]) AS t (event, field, keyword, count)
           ON CONFLICT (source_id, event, field, keyword) DO UPDATE
           SET count = v.count + excluded.count, last_seen = excluded.last_seen`,
  };

  const byKey = ([a], [b]) => (a < b ? -1 : a > b ? 1 : 0);

  function fresh(messages, rows) {
    const ids = new Set(rows.map((row) => row.message_id));
    return messages.filter((message) => ids.delete(message.messageId));
  }

  async function store(client, messages, judged) {
    const seen = await client.query({ ...SEEN, values: [sourceId, messages.map((message) => message.messageId)] });
    const { counts, violations } = seen.rows.length === messages.length ? judged : judge(fresh(messages, seen.rows));
    const counted = [...counts].sort(byKey);
    await client.query({
      ...COUNTS,
      values: [
        sourceId,
        counted.map(([event]) => event),
        counted.map(([, [received]]) => received),
        counted.map(([, [, violating]]) => violating),
      ],
    });
    if (violations.size === 0) return;
    const found = [...violations].sort(byKey).map(([key, count]) => [...key.split("\u0001"), count]);
    await client.query({ ...VIOLATIONS, values: [sourceId, ...[0, 1, 2, 3].map((i) => found.map((row) => row[i]))] });
  }

  serve(async (messages) => {
    const judged = judge(messages); // before the transaction: locks are held no longer than needed
    const client = await pool.connect();
    try {
      await client.query("BEGIN");
      await store(client, messages, judged);
      await client.query("COMMIT");
    } catch (error) {
      await client.query("ROLLBACK");
      throw error;
    } finally {
      client.release();
    }
  });
}
