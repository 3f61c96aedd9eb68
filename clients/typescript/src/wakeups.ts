/** Calls back whenever what was silent may have come to life, or be dead without a sign; the returned function stops that. */
export type Wakeups = (woken: () => void) => () => void;

interface Target {
  addEventListener?(type: string, listener: () => void): void;
  removeEventListener?(type: string, listener: () => void): void;
}

/** The network is there again, or somebody looks at the page again. Outside of browsers: never. */
export const platformWakeups: Wakeups = (woken) => {
  const platform = globalThis as Target & { document?: Target & { readonly visibilityState?: string } };
  const { document } = platform;
  const shown = () => void (document?.visibilityState === 'visible' && woken());
  platform.addEventListener?.('online', woken);
  document?.addEventListener?.('visibilitychange', shown);
  return () => {
    platform.removeEventListener?.('online', woken);
    document?.removeEventListener?.('visibilitychange', shown);
  };
};
