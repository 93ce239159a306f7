import { describe, expect, it } from 'vitest';
import { hidesSomething } from '@/domain/text/visible-text';
import { HOSTILE_TEXTS, REFUSED_TEXTS } from '@/test/hostile-texts';
import { makeLog } from './log';

function linesOf(write: (log: ReturnType<typeof makeLog>) => void): string {
  let written = '';
  write(makeLog('info', { write: (line) => void (written += line) }));
  return written;
}

describe('a log line', () => {
  it.each([...HOSTILE_TEXTS, ...REFUSED_TEXTS])('is one record whatever it tells of: $what', ({ text }) => {
    const written = linesOf((log) =>
      log.child({ part: text }).warn({ err: new Error(text), name: text }, text),
    );
    expect(written.endsWith('\n')).toBe(true);
    const line = written.slice(0, -1);
    expect(hidesSomething(line)).toBe(false);
    expect(JSON.parse(line)).toMatchObject({ part: text, name: text });
  });

  it('blanks what may be a secret', () => {
    const written = linesOf((log) => log.info({ password: 'canary', of: { token: 'canary' } }, 'x'));
    expect(written).not.toContain('canary');
  });
});
