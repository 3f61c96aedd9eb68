/** The pages of the console. Where one is stands behind `#`, so that it can be linked to, and no server is told of it. */
export const PAGES = ['mesh', 'sessions', 'delivery', 'drills', 'config'] as const;
export type PageName = (typeof PAGES)[number];

export interface Route {
  readonly page: PageName;
  /** What within the page: a session, as `tenant/id`, or a report. */
  readonly item: string | undefined;
  readonly query: Readonly<Record<string, string>>;
}

/** Reads `#/sessions/default/s1?view=json`; an address that says nothing is the mesh's. */
export function routeOf(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const [name = '', ...rest] = path.split('/');
  const page = PAGES.find((each) => each === name) ?? 'mesh';
  const item = rest.map(decoded).join('/');
  return { page, item: item === '' || page !== name ? undefined : item, query: Object.fromEntries(new URLSearchParams(search)) };
}

/** The address of a page. Fields that are undefined or empty are left out. */
export function hrefOf(page: PageName, item?: string, query: Readonly<Record<string, string | undefined>> = {}): string {
  const path = item === undefined ? page : `${page}/${item.split('/').map(encodeURIComponent).join('/')}`;
  const fields = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '');
  return `#/${path}${fields.length === 0 ? '' : `?${new URLSearchParams(fields)}`}`;
}

/** What a broken escape stands for is itself. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
