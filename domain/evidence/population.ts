/** What an auditor can ask for whole: every one of a client's records of a kind in the period. */
export const POPULATIONS = ['restore-tests', 'checks', 'runs', 'expected-runs', 'verdict-changes'] as const;
export type Population = (typeof POPULATIONS)[number];

/** How each is called, and what exactly belongs to it. */
export const POPULATION_WORDS: Readonly<Record<Population, { title: string; holds: string }>> = {
  'restore-tests': {
    title: 'Restore tests',
    holds: 'Tests of level L4 and L5 that ended in the period: data was brought back and compared.',
  },
  checks: {
    title: 'Checks that are no restore tests',
    holds: 'Checks of level L1 to L3 that ended in the period: no data was compared.',
  },
  runs: {
    title: 'Backup runs',
    holds:
      'Every run that was reported, by when it happened. One that was due and never came is in the next list.',
  },
  'expected-runs': {
    title: 'Expected runs',
    holds:
      'Every due time of a job with a schedule, with what became of it: a gap is missed or without data, never left out.',
  },
  'verdict-changes': {
    title: 'Changes of status',
    holds: 'Every time that a system became better or worse by the 3-2-1 rule of its policy.',
  },
};
