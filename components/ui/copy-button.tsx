'use client';

import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import { Button } from './button';

/** Copies a text; says so for two seconds. `of`: what it is, for readers, where several stand on a page. */
export function CopyButton({ text, label, of }: { text: string; label: string; of?: string }) {
  const [isCopied, setIsCopied] = useState(false);

  async function copy() {
    await navigator.clipboard.writeText(text);
    setIsCopied(true);
    setTimeout(() => setIsCopied(false), 2000);
  }

  return (
    <Button onClick={() => void copy()} aria-live="polite">
      {isCopied ? <Check size={14} aria-hidden="true" /> : <Copy size={14} aria-hidden="true" />}
      {isCopied ? 'Copied' : label}
      {of !== undefined && <span className="sr-only">: {of}</span>}
    </Button>
  );
}
