// Builds the demo page and the console into dist/page: a script and a style sheet each, one font; nothing is fetched from elsewhere at run time.
import { build } from 'esbuild';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';

const root = new URL('..', import.meta.url).pathname;
const out = `${root}dist/page`;

await rm(out, { recursive: true, force: true });
await mkdir(`${out}/assets`, { recursive: true });
await mkdir(`${out}/console`, { recursive: true });
const { metafile } = await build({
  entryPoints: {
    page: `${root}page/main.ts`,
    style: `${root}page/style.css`,
    console: `${root}console/main.ts`,
    'console-style': `${root}console/style.css`,
    dark: `${root}page/style/dark.css`,
  },
  outdir: `${out}/assets`,
  // Browsers keep what lies there for a year: another content has another name.
  entryNames: '[name]-[hash]',
  metafile: true,
  bundle: true,
  minify: true,
  format: 'esm',
  target: ['es2022', 'chrome111', 'firefox115', 'safari16.4'],
  external: ['*.woff2'],
  legalComments: 'none',
  logLevel: 'warning',
});
const names = Object.keys(metafile.outputs).map((file) => basename(file));
for (const [from, to] of [['page', ''], ['console', 'console/']]) {
  const html = await readFile(`${root}${from}/index.html`, 'utf8');
  const named = html.replace(/assets\/([a-z-]+)(\.js|\.css)/g, (whole, name, kind) => {
    const built = names.find((each) => extname(each) === kind && new RegExp(`^${name}-[A-Z0-9]{8}\\.`).test(each));
    if (built === undefined) throw new Error(`${from}/index.html wants ${whole}, which is not built`);
    return `assets/${built}`;
  });
  await writeFile(`${out}/${to}index.html`, named);
}
await cp(`${root}page/icon.svg`, `${out}/assets/icon.svg`);
const inter = `${root}node_modules/@fontsource-variable/inter`;
await cp(`${inter}/files/inter-latin-wght-normal.woff2`, `${out}/assets/inter.woff2`);
await cp(`${inter}/LICENSE`, `${out}/assets/inter-license.txt`);
