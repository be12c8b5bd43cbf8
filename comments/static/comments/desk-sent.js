// What was sent, says the site: this browser need not keep its words any more (see desk-draft.js).

for (const { dataset } of document.querySelectorAll("[data-sent]")) localStorage.removeItem(`desk-draft ${dataset.sent}`);
