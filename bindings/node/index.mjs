import fs from 'fs';
import { createRequire } from 'module';
import path from 'path';

import core from './core.js';

// Where a bundler has made a CommonJS file of this, import.meta is empty, and there is require.
const resolve = (name) => (import.meta.url ? createRequire(import.meta.url) : require).resolve(name);
const sketches = core({ fs, path, resolve });

export const { getLoadablePath, load } = sketches;
export default sketches;
