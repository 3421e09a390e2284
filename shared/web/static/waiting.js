// Sends the form that waits for its turn when the turn has come.
"use strict";
const waiting = document.getElementById("antrean");
document.getElementById("tanpa-otomatis").hidden = true;
document.getElementById("otomatis").hidden = false;
setTimeout(() => waiting.requestSubmit(), Number(waiting.dataset.tunggu) * 1000);
