/** The parts of the queue of findings: snoozed and waived causes are in none but their own. */
export const QUEUE_TABS = ['open', 'mine', 'unassigned', 'snoozed', 'waived', 'notes'] as const;
export type QueueTab = (typeof QUEUE_TABS)[number];
