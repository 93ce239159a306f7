/** A checkpoint that an MSP is in: how far its chain was then. */
export interface CheckpointMark {
  readonly checkpointId: number;
  readonly at: Date;
  readonly seq: number;
  readonly isStamped: boolean;
}

/** Which checkpoints prove some events of a chain. */
export interface PickedCheckpoints {
  /** The last one before the first of the events: the proof begins after it; null: with the chain. */
  readonly before: CheckpointMark | null;
  /** Those to give, oldest first, `before` among them: of each day the last and the last stamped one, and those that bound the events. */
  readonly picked: readonly CheckpointMark[];
  /** The event up to which the proof goes: where a checkpoint is first level with the last of them; none is: the last of them. */
  readonly throughSeq: number;
}

/**
 * Picks the checkpoints that prove the events from `firstSeq` to `lastSeq` (inclusive).
 * @param marks all that the MSP is in, oldest first
 */
export function pickCheckpoints(
  marks: readonly CheckpointMark[],
  firstSeq: number,
  lastSeq: number,
): PickedCheckpoints {
  const before = marks.findLast(({ seq }) => seq < firstSeq) ?? null;
  const level = marks.find(({ seq }) => seq >= lastSeq);
  const stamped = marks.find(({ seq, isStamped }) => isStamped && seq >= lastSeq);
  // A stamp that comes later covers the same events, if that does not drag in days of others' events.
  const end = stamped && level && stamped.at.getTime() - level.at.getTime() < DAY ? stamped : level;
  const wanted = new Map<number, CheckpointMark>();
  const lastOfDay = new Map<string, CheckpointMark>();
  for (const mark of marks) {
    if (before && mark.checkpointId < before.checkpointId) continue;
    if (end && mark.checkpointId > end.checkpointId) break;
    const day = mark.at.toISOString().slice(0, 10);
    lastOfDay.set(day, mark);
    if (mark.isStamped) lastOfDay.set(`${day} stamped`, mark);
  }
  for (const mark of [before, level, end, ...lastOfDay.values()])
    if (mark) wanted.set(mark.checkpointId, mark);
  return {
    before,
    picked: [...wanted.values()].toSorted((a, b) => a.checkpointId - b.checkpointId),
    throughSeq: Math.max(lastSeq, end?.seq ?? 0),
  };
}

const DAY = 86_400_000;
