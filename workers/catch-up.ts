import type { DemoSender } from '@/server/demo/send-due-reports';

const TIME_LIMIT_MS = 20_000;
const PAUSE_MS = 250;

/**
 * Has the demo's agents deliver what fell due while the machine was off. The ingestion process may still be starting, so
 * it is tried again until it goes well, for 20 s at most; after that the recurring job goes on trying.
 */
export async function catchUp(demo: DemoSender, isStopping: () => boolean): Promise<void> {
  const endAt = performance.now() + TIME_LIMIT_MS;
  while (performance.now() < endAt && !isStopping()) {
    const isDone = await demo.sendDue(Date.now()).then(
      () => true,
      () => false,
    );
    if (isDone) return;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
