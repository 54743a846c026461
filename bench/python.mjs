/** @file The Python of the peers. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const own = fileURLToPath(new URL(".venv/bin/python", import.meta.url));

/** What `NABLA_BENCH_PYTHON` names, else that of `bench/.venv` where it stands, else the one on PATH. */
export const python = process.env.NABLA_BENCH_PYTHON ?? (existsSync(own) ? own : "python3");
