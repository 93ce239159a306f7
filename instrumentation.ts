/** Next calls it once, before the web process serves anybody. */
export async function register(): Promise<void> {
  if (process.env['NEXT_RUNTIME'] !== 'nodejs') return;
  const { beginWebProcess } = await import('./server/health/begin-web-process');
  await beginWebProcess();
}
