// A page of one person is never shown from the browser's memory: what it shows may have been erased since.

addEventListener("pageshow", (shown) => shown.persisted && location.reload());
