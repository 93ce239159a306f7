/** Waits until a second has begun: tools that keep whole seconds take two backups in one for the same. */
export function nextSecond(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1050 - (Date.now() % 1000)));
}
