import { describe, expect, it } from 'vitest';
import { HOUR } from '../time/instant';
import { evaluateDataSet } from './evaluate';
import { cloud, facts, nas, NOW, point } from './facts.fixture';
import type { OtherName, ProtectionFacts } from './facts';
import { DEFAULT_POLICY } from './policy';
import { reasonText } from './sentence';

const SRV: OtherName = {
  dataSetId: 'old',
  name: '/srv',
  sources: ['/srv', '/home'],
  by: 'Mara',
  since: NOW - 48 * HOUR,
};
const at = (sources: readonly string[], ageHours = 2) => point(NOW - ageHours * HOUR, { sources });

/** Files under /data, /home; the repositories hold what they are given. */
function given(
  onNas: readonly string[],
  inCloud: readonly string[],
  otherNames: OtherName[] = [SRV],
): ProtectionFacts {
  return facts([nas({ points: [at(onNas)] }), cloud({ points: [at(inCloud)] })], {
    dataSet: { id: 'files', name: '/data', capture: 'files', sources: ['/data', '/home'], otherNames },
  });
}

const judge = (of: ProtectionFacts) => evaluateDataSet(of, DEFAULT_POLICY, NOW);
const rejectionsOf = (of: ProtectionFacts, id: string) =>
  judge(of).copies.find((copy) => copy.repositoryId === id)?.rejections;

describe('a data set that is the same data under another name', () => {
  it('has copies under either name counted together, each said to be held as what it is', () => {
    const verdict = judge(given(['/srv', '/home'], ['/data', '/home']));
    expect(verdict.status).toBe('compliant');
    expect(verdict.digits.copies.actual).toBe(3);
    expect(Object.fromEntries(verdict.copies.map((one) => [one.repositoryId, one.heldAs]))).toEqual({
      nas: '/srv',
      cloud: null,
    });
  });

  it('is no copy of it where nobody said so', () => {
    const verdict = judge(given(['/srv', '/home'], ['/data', '/home'], []));
    expect(verdict.status).toBe('non-compliant');
    expect(verdict.digits.copies.actual).toBe(2);
  });

  it('is whole under one name alone: half of each is not', () => {
    expect(rejectionsOf(given(['/srv'], ['/data', '/home']), 'nas')).toMatchObject([
      { code: 'sources-missing', missing: ['/home'] },
    ]);
    expect(rejectionsOf(given(['/srv', '/data'], ['/data', '/home']), 'nas')).toMatchObject([
      { code: 'sources-missing', missing: ['/home'] },
    ]);
    expect(rejectionsOf(given(['/etc'], ['/data', '/home']), 'nas')).toMatchObject([
      { code: 'sources-missing', missing: ['/data', '/home'] },
    ]);
  });

  it('names what is missing of the name that the point comes nearest to, and opens source-shrunk for it', () => {
    const { findings } = judge(given(['/srv'], ['/data', '/home']));
    expect(findings.find((one) => one.rule === 'source-shrunk')?.detail).toMatchObject({
      missing: ['/home'],
    });
  });

  it.each([
    ['compliant', given(['/srv', '/home'], ['/data', '/home']), 'all-pass'],
    ['non-compliant', given(['/srv'], ['/data', '/home']), 'digit-fails'],
  ] as const)(
    'says whose word that is among the reasons of a %s verdict, and never first',
    (status, of, first) => {
      const verdict = judge(of);
      expect(verdict.status).toBe(status);
      expect(verdict.reasons[0]?.code).toBe(first);
      const last = verdict.reasons.at(-1);
      expect(last).toEqual({ code: 'counted-as-one', name: '/srv', by: 'Mara', since: SRV.since });
      expect(last && reasonText(last, verdict, { formatInstant: () => '21 Nov' })).toBe(
        'copies of /srv count as copies of it: the same data by the word of Mara (21 Nov)',
      );
    },
  );
});
