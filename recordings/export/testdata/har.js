// Reads a HAR as a tool would, and prints a line of JSON for each entry.
const har = JSON.parse(require("fs").readFileSync(process.argv[2], "utf8"));
const bytes = (text, base64) => Buffer.from(text ?? "", base64 ? "base64" : "utf8").toString("base64");
const pages = new Set(har.log.pages.map((p) => p.id));
for (const e of har.log.entries) {
  if (!pages.has(e.pageref)) throw new Error("entry without a page");
  const url = new URL(e.request.url);
  const received = (e._webSocketMessages ?? []).filter((m) => m.type === "receive");
  console.log(JSON.stringify({
    id: e._exchange, method: e.request.method, target: url.pathname + url.search, status: e.response.status,
    request: bytes(e.request.postData?.text), body: bytes(e.response.content.text, e.response.content.encoding === "base64"),
    stream: Buffer.concat(received.map((m) => Buffer.from(m.data, m.opcode === 2 ? "base64" : "utf8"))).toString("base64"),
    messages: (e._webSocketMessages ?? []).length,
  }));
}
