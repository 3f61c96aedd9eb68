import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { test } from 'node:test';

/** From dist/test/test. */
const HOME = new URL('../../../', import.meta.url);

test('the_code_of_the_readme_is_the_code_that_is_type_checked', async () => {
  const files = await readdir(new URL('examples', HOME));
  const examples = await Promise.all(files.map(async (name) => (await readFile(new URL(`examples/${name}`, HOME), 'utf8')).split('// README\n')[1]?.split('// END\n')[0]?.trim()));
  const readme = await readFile(new URL('README.md', HOME), 'utf8');
  const shown = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map((block) => block[1]?.trim());
  assert.ok(shown.length >= 6);
  assert.deepEqual([...shown].sort(), [...examples].sort());
});
