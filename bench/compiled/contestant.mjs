/**
 * @file A contestant as a process of its own. It is told what to do in lines of JSON, and answers each with a line:
 *
 *   {"ready": true}     what it is: its versions, and of nabla how it runs
 *   {"steps": N}        takes N steps: the seconds that they took, the values of the first five
 *   {"results": FILE}   writes what it computed last to a file, in double precision: the gradients, or a product
 */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

export class Contestant {
  constructor(name, command, args, env = {}) {
    this.name = name;
    this.child = spawn(command, args, {
      stdio: ["pipe", "pipe", "pipe"],
      env: { ...process.env, ...env },
    });
    this.errors = "";
    this.child.stderr.on("data", (text) => (this.errors = (this.errors + text).slice(-2000)));
    this.waiting = [];
    createInterface({ input: this.child.stdout }).on("line", (line) =>
      this.waiting.shift()?.resolve(JSON.parse(line)),
    );
    /** Why it is gone; null while it runs. */
    this.gone = null;
    const fail = (reason) => {
      const last = this.errors.trim().split("\n").at(-1);
      this.gone ??= new Error([reason, last].filter(Boolean).join(": "));
      for (const { reject } of this.waiting.splice(0)) reject(this.gone);
    };
    this.child.on("error", (error) => fail(error.message));
    this.child.on("close", (code) => fail(`it ended with ${code}`));
    this.child.stdin.on("error", () => {});
  }

  get pid() {
    return this.child.pid;
  }

  /** What it answers to a request. */
  ask(request) {
    return new Promise((resolve, reject) => {
      if (this.gone) return reject(this.gone);
      this.waiting.push({ resolve, reject });
      this.child.stdin.write(`${JSON.stringify(request)}\n`);
    });
  }

  /** Until its process is gone. */
  async end() {
    if (this.gone) return;
    const gone = new Promise((resolve) => this.child.on("close", resolve));
    this.child.kill();
    await gone;
  }
}
