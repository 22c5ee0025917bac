/** The way to wait for a storage that cannot be used for now. */
export interface Waiting {
  /** The longest wait of a call, in milliseconds; 0 means no wait. Default 30,000. */
  readonly limitMs?: number;
  /**
   * Whether to wait not only for another program's lock, but also for a disk that is full, fails or may only be read,
   * until it is mended. Default false: such a disk is an error at once.
   */
  readonly forDisk?: boolean;
  /** Called with a line for people when a call has to wait, and when the wait is over. */
  readonly onNotice?: (line: string) => void;
  /** Once it is aborted, a call waits for a moment at most. */
  readonly signal?: AbortSignal | undefined;
}
