import { z } from 'zod';
import type { Messaging } from './open-messaging';

/** The queue whose jobs say: this MSP has reports to process or systems to evaluate. */
export const WORK_QUEUE = 'msp-work';

export const workPayload = z.strictObject({ mspId: z.uuid() });

/** Tells the workers that an MSP has work. Never fails and is never waited for: the sweep finds the work without it. */
export interface Nudger {
  nudge(mspId: string): void;
  close(): Promise<void>;
}

/** At most one job an MSP in this time; a later one of the same MSP is added at its end. */
const QUIET_MS = 200;

/** @param onFailure told when the queue does not take a job */
export function createNudger(messaging: Messaging, onFailure: (error: unknown) => void): Nudger {
  const pending = new Map<string, { isAgain: boolean }>();

  async function ring(mspId: string): Promise<void> {
    const state = { isAgain: true };
    pending.set(mspId, state);
    while (state.isAgain) {
      state.isAgain = false;
      try {
        await messaging.add(WORK_QUEUE, `msp-${mspId}`, { mspId });
      } catch (error) {
        onFailure(error);
      }
      await new Promise((resolve) => setTimeout(resolve, QUIET_MS).unref());
    }
    pending.delete(mspId);
  }

  return {
    nudge: (mspId) => {
      const state = pending.get(mspId);
      if (state) state.isAgain = true;
      else void ring(mspId);
    },
    close: () => messaging.close(),
  };
}
