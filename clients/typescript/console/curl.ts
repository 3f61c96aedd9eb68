/** What an operator would type. The token is named as a variable and never written out. */
export function curl(method: 'GET' | 'POST' | 'DELETE', origin: string, path: string, withToken: boolean, body?: unknown): string {
  const parts = ['curl'];
  if (method !== 'GET') parts.push('-X', method);
  if (withToken) parts.push('-H', '"Authorization: Bearer $SESSIONMESH_ADMIN_TOKEN"');
  if (method === 'POST') parts.push('-H', quoted('Content-Type: application/json'));
  if (body !== undefined) parts.push('-d', quoted(JSON.stringify(body)));
  parts.push(quoted(origin + path));
  return parts.join(' ');
}

/** For a POSIX shell. */
function quoted(text: string): string {
  return /^[A-Za-z0-9_\-.:/@]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
