/** A node as the control of a local demo sees its process. */
export interface NodeProcess {
  readonly name: string;
  readonly url: string;
  readonly alive: boolean;
}

/** The control of a local demo: lists, kills and starts the processes of the nodes. */
export class Control {
  readonly #url: string;
  readonly #token: string;

  constructor(url: string, token: string) {
    this.#url = url.replace(/\/+$/, '');
    this.#token = token;
  }

  async nodes(): Promise<readonly NodeProcess[]> {
    const response = await this.#request('/nodes', 'GET');
    return (await response.json()) as readonly NodeProcess[];
  }

  /** Ends the process at once, as `kill -9` does. */
  async kill(name: string): Promise<void> {
    await this.#request(`/nodes/${encodeURIComponent(name)}/kill`, 'POST');
  }

  async start(name: string): Promise<void> {
    await this.#request(`/nodes/${encodeURIComponent(name)}/start`, 'POST');
  }

  async #request(path: string, method: string): Promise<Response> {
    const response = await fetch(this.#url + path, { method, headers: { 'X-Demo-Token': this.#token } });
    if (!response.ok) throw new Error(`the control answered ${response.status} to ${path}`);
    return response;
  }
}
