import { lazy, Suspense, useEffect } from 'react';
import { countText } from '../format/amounts';
import { Button } from '../ui/button';
import type { Preview } from './use-preview';

const load = async () => ({ default: (await import('./preview-found')).PreviewFound });
const PreviewFound = lazy(load);

interface Props {
  preview: Preview;
  /** Of everything; those that the policy does not hold for are named. */
  fleetCount: number;
}

/** What saving the draft would change across the fleet: the cure before the damage. */
export function PreviewPanel({ preview, fleetCount }: Props) {
  // It comes while systems are judged, which takes longer.
  useEffect(() => {
    if (preview.state === 'running') void load();
  }, [preview.state]);
  return (
    <section aria-labelledby="preview-title" aria-busy={preview.state === 'running'}>
      <h2 id="preview-title" className="mb-1">
        What saving would change
      </h2>
      <Content preview={preview} fleetCount={fleetCount} />
    </section>
  );
}

function Content({ preview, fleetCount }: Props) {
  switch (preview.state) {
    case 'none':
      return (
        <p className="text-13 text-ink-2">
          Nothing yet. Change a field, and every system under this policy is judged anew, here, before
          anything is saved.
        </p>
      );
    case 'running':
      return <Progress done={preview.done} of={preview.of} />;
    case 'failed':
      return (
        <div className="text-13 flex flex-col items-start gap-2">
          <p role="alert" className="text-bad">
            {preview.sentence}
          </p>
          <Button onClick={preview.askAgain}>Try again</Button>
        </div>
      );
    case 'ready':
      return (
        <Suspense fallback={<Progress done={0} of={0} />}>
          <PreviewFound preview={preview.preview} fleetCount={fleetCount} />
        </Suspense>
      );
  }
}

function Progress({ done, of }: { done: number; of: number }) {
  return (
    <div className="text-13 text-ink-2">
      <output className="block">
        {of === 0 ? 'Judging …' : `Judging ${countText(done)} of ${countText(of)} systems …`}
      </output>
      <progress
        aria-label="Systems judged"
        max={of || 1}
        value={done}
        className="accent-accent mt-2 h-1.5 w-full"
      />
    </div>
  );
}
