"use strict";

// What both baselines share: the same door as ours (write key, JSON, verdicts), by the tools a Node team would use.

const fs = require("node:fs");
const Ajv = require("ajv");
const addFormats = require("ajv-formats");
const Fastify = require("fastify");

const { plan, write_key: writeKey, source_id: sourceId } = JSON.parse(fs.readFileSync(process.env.BENCH_SETUP, "utf8"));
const AUTHORIZATION = "Basic " + Buffer.from(writeKey + ":").toString("base64");

function compile() {
  const ajv = new Ajv({ allErrors: true, strict: false });
  addFormats(ajv);
  return new Map(plan.rules.map((rule) => [rule.name, ajv.compile(rule.schema)]));
}

const validators = compile();

function judge(messages) {
  const counts = new Map(); // event -> [received, violating]
  const violations = new Map(); // event, field and keyword -> how often
  for (const message of messages) {
    let count = counts.get(message.event);
    if (count === undefined) counts.set(message.event, (count = [0, 0]));
    count[0] += 1;
    const validate = validators.get(message.event);
    if (validate(message)) continue;
    count[1] += 1;
    for (const error of validate.errors) {
      const key = message.event + "\u0001" + error.instancePath + "\u0001" + error.keyword;
      violations.set(key, (violations.get(key) || 0) + 1);
    }
  }
  return { counts, violations };
}

// `handle(messages)` is called with the messages of one request; 200 is sent once it is done.
function serve(handle) {
  const app = Fastify({ logger: false, bodyLimit: 4 * 1024 * 1024, keepAliveTimeout: 120000 });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer" }, (request, body, done) => {
    try {
      done(null, JSON.parse(body));
    } catch (error) {
      error.statusCode = 400;
      done(error);
    }
  });
  const answer = (unwrap) => async (request, reply) => {
    if (request.headers.authorization !== AUTHORIZATION) return reply.code(401).send({ code: "unknown_key" });
    await handle(unwrap(request.body));
    return { success: true };
  };
  app.post("/v1/batch", answer((body) => body.batch));
  app.post("/v1/track", answer((body) => [body]));
  app.listen({ port: Number(process.env.PORT), host: "127.0.0.1" });
}

module.exports = { judge, serve, sourceId };
