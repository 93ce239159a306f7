import { expect, test } from 'vitest';
import { EVIDENCE_CLAUSES, findClause, FRAMEWORKS } from './evidence-clauses';

test('every clause has an id of its own, a sentence, and stands with its framework', () => {
  expect(new Set(EVIDENCE_CLAUSES.map(({ id }) => id)).size).toBe(EVIDENCE_CLAUSES.length);
  for (const { says, clause } of EVIDENCE_CLAUSES) {
    expect(says).toMatch(/^[A-Z].*\.$/);
    expect(clause).not.toBe('');
  }
  expect(FRAMEWORKS).toEqual([
    'HIPAA',
    'PCI DSS 4.0',
    'SOX',
    'NIST CSF 2.0',
    'NIST SP 800-53 r5',
    'CIS v8',
    'ISO 27001:2022',
    'SOC 2',
    'Essential Eight',
    'DORA',
    'Cyber insurance',
  ]);
});

test('nothing is said that no framework asks for', () => {
  const pci = EVIDENCE_CLAUSES.filter(({ framework }) => framework === 'PCI DSS 4.0');
  expect(JSON.stringify(pci)).not.toMatch(/restore test/i);
  const sox = findClause('sox-404');
  expect(sox).toMatchObject({ standing: 'convention', keep: '7 years by convention' });
  expect(findClause('hipaa-72h')?.standing).toBe('proposed');
  expect(JSON.stringify(EVIDENCE_CLAUSES)).not.toMatch(/1 ?% a day|boot/i);
});

test('a clause that is not there is none', () => {
  expect(findClause('no-such-clause')).toBeNull();
  expect(findClause(null)).toBeNull();
});
