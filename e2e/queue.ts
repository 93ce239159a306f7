import type { Locator, Page } from '@playwright/test';

/** A cause of the queue, as its row says it. */
export interface QueuedCause {
  readonly causeId: string;
  readonly title: string;
  readonly clientName: string;
  /** How far it is: 'New', 'Acknowledged' … */
  readonly state: string;
  /** Whether nobody has it yet. */
  readonly isFree: boolean;
}

/** The causes of the list, as they stand there. */
export async function queuedCauses(page: Page): Promise<QueuedCause[]> {
  return page.locator('[data-cause-id]').evaluateAll((rows) =>
    rows.map((row) => {
      const link = row.querySelector('[data-row-link]');
      return {
        causeId: row.getAttribute('data-cause-id') ?? '',
        title: link?.textContent ?? '',
        clientName: (link?.nextElementSibling?.textContent ?? '').replace(/ · came back .*/, ''),
        state: row.querySelector('td:last-child')?.textContent ?? '',
        isFree: row.textContent.includes('assigned to nobody'),
      };
    }),
  );
}

export function rowOf(page: Page, { causeId }: Pick<QueuedCause, 'causeId'>): Locator {
  return page.locator(`[data-cause-id="${causeId}"]`);
}

/** Opens a part of the queue and waits until keys are heard. */
export async function openQueue(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await untilKeysAreHeard(page);
}

/** React has taken the rows over. */
export async function untilKeysAreHeard(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const row = document.querySelector('[data-row-link]');
    return row !== null && Object.keys(row).some((key) => key.startsWith('__reactProps'));
  });
}
