'use client';

import { SystemRow, type SystemRowProps } from './system-row';

/** A row that the browser makes when it comes in sight: made ahead, a thousand of them are 19 MB. */
export function LongSystemRow(props: SystemRowProps) {
  return <SystemRow {...props} isOfMany />;
}
