// Builds the demo page into dist/page: one script, one style sheet, one font; nothing is fetched from elsewhere at run time.
import { build } from 'esbuild';
import { cp, mkdir, rm } from 'node:fs/promises';

const root = new URL('..', import.meta.url).pathname;
const out = `${root}dist/page`;

await rm(out, { recursive: true, force: true });
await mkdir(`${out}/assets`, { recursive: true });
await build({
  entryPoints: { page: `${root}page/main.ts`, style: `${root}page/style.css` },
  outdir: `${out}/assets`,
  bundle: true,
  minify: true,
  format: 'esm',
  target: ['es2022', 'chrome111', 'firefox115', 'safari16.4'],
  external: ['*.woff2'],
  legalComments: 'none',
  logLevel: 'warning',
});
await cp(`${root}page/index.html`, `${out}/index.html`);
await cp(`${root}page/icon.svg`, `${out}/assets/icon.svg`);
const inter = `${root}node_modules/@fontsource-variable/inter`;
await cp(`${inter}/files/inter-latin-wght-normal.woff2`, `${out}/assets/inter.woff2`);
await cp(`${inter}/LICENSE`, `${out}/assets/inter-license.txt`);
