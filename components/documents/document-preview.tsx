import { Download } from 'lucide-react';
import { counted } from '../format/amounts';
import { buttonClass } from '../ui/button';
import type { ShownPreview } from './use-document-preview';

interface Props {
  shown: ShownPreview;
  /** What was chosen changed since. */
  isOld?: boolean;
  /** Said while there is none. */
  hint: string;
  /** Only the first page is wanted. */
  isFirstPageOnly?: boolean;
}

/** A preview: how far it is, its pages, or what went wrong. */
export function DocumentPreview({ shown, isOld = false, hint, isFirstPageOnly = false }: Props) {
  return (
    <div aria-live="polite" className="flex flex-col gap-3">
      <Told shown={shown} hint={hint} />
      {shown.state === 'ready' && (
        <>
          {isOld && (
            <p className="bg-risk-bg text-risk rounded-md px-3 py-2 text-sm">
              Something was changed since: this shows how it was before.
            </p>
          )}
          <Pages {...shown} isFirstPageOnly={isFirstPageOnly} />
        </>
      )}
    </div>
  );
}

function Told({ shown, hint }: Pick<Props, 'shown' | 'hint'>) {
  switch (shown.state) {
    case 'none':
      return (
        <p className="border-line-2 text-13 text-ink-2 rounded-lg border border-dashed px-4 py-3">{hint}</p>
      );
    case 'making':
      return (
        <p className="text-13 text-ink-2">
          <span className="flex items-center gap-2 tabular-nums">
            The preview is being made
            <progress max={100} value={shown.progress} aria-label="Preview" className="h-1.5 w-24" />
            {shown.progress} %
          </span>
          {shown.isSlow &&
            'It waits for longer than usual: other documents are made before it, or nobody makes documents here just now.'}
        </p>
      );
    case 'failed':
      return (
        <p role="alert" className="bg-bad-bg text-bad rounded-md px-3 py-2 text-sm">
          There is no preview. {shown.sentence}
        </p>
      );
    case 'ready':
      return null;
  }
}

function Pages({
  previewId,
  pages,
  pictureCount,
  isFirstPageOnly,
}: Extract<ShownPreview, { state: 'ready' }> & { isFirstPageOnly: boolean }) {
  const address = `/api/v1/document-previews/${previewId}`;
  const count = isFirstPageOnly ? 1 : pictureCount;
  return (
    <>
      <div className="text-13 text-ink-2 flex flex-wrap items-center justify-between gap-2">
        <span>
          {counted(pages, 'page')}
          {count < pages &&
            `, of which the first ${count === 1 ? '' : `${count} `}${count === 1 ? 'is' : 'are'} shown`}
          . Not signed, not kept.
        </span>
        <a href={`${address}/pdf`} download className={buttonClass('quiet', 'h-7 px-2')}>
          <Download size={13} aria-hidden="true" /> Preview as PDF
        </a>
      </div>
      <ol className="flex flex-col gap-3">
        {Array.from({ length: count }, (_, index) => (
          <li key={index}>
            <a href={`${address}/pages/${index + 1}`} target="_blank" rel="noreferrer" className="block">
              {/* eslint-disable-next-line @next/next/no-img-element -- drawn by us for this page alone */}
              <img
                src={`${address}/pages/${index + 1}`}
                alt={`Page ${index + 1} of ${pages} of the preview; its words are in the PDF`}
                className="border-line w-full rounded border bg-[#fff]"
              />
            </a>
          </li>
        ))}
      </ol>
    </>
  );
}
