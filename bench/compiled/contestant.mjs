/** @file A contestant as a process of its own: it is told what to do in lines of JSON, and answers in lines. */
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
    this.child.on("close", (code) => {
      for (const { reject } of this.waiting.splice(0))
        reject(new Error(`${name} ended with ${code}: ${this.errors.trim().split("\n").at(-1)}`));
    });
    this.child.stdin.on("error", () => {});
  }

  /** What it answers to a request. */
  ask(request) {
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.child.stdin.write(`${JSON.stringify(request)}\n`);
    });
  }

  end() {
    this.child.stdin.end();
    this.child.kill();
  }
}
