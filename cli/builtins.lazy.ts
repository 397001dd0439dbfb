/** Modules of Node that a program may never need, and that take some milliseconds to load (docs/tools/lazyImports.ts). */
import * as childProcessModule from "node:child_process";
import * as cryptoModule from "node:crypto";
import * as inspectorModule from "node:inspector";
import * as osModule from "node:os";
import * as ttyModule from "node:tty";
import * as utilModule from "node:util";
import * as v8Module from "node:v8";
import * as threadsModule from "node:worker_threads";

export const childProcess = () => childProcessModule;
export const crypto = () => cryptoModule;
export const inspector = () => inspectorModule;
export const os = () => osModule;
export const threads = () => threadsModule;
export const tty = () => ttyModule;
export const util = () => utilModule;
export const v8 = () => v8Module;
