(function () {
  "use strict";
  var box = document.getElementById("families");
  var end = box.getAttribute("data-valid-until"), made = box.getAttribute("data-made-on");
  var now = new Date();
  var today = [now.getFullYear(), ("0" + (now.getMonth() + 1)).slice(-2), ("0" + now.getDate()).slice(-2)].join("-");
  if (today > end) {
    // taken out of the page, not only hidden: a list that has ended shows nobody
    box.remove();
    document.getElementById("closed").remove();
    document.getElementById("expired").hidden = false;
    return;
  }
  // The day before may be today's elsewhere. Earlier than that the clock is wrong, and so says nothing about the end.
  var before = new Date(made);
  before.setDate(before.getDate() - 1);
  if (now < before) {
    box.remove();
    document.getElementById("closed").remove();
    document.getElementById("clock").hidden = false;
    return;
  }
  // Until here nobody stands in the page: what is in a template is not shown, printed or found without this script.
  box.appendChild(document.getElementById("rows").content);
  document.getElementById("closed").remove();
  var table = document.getElementById("overview");
  if (!table) { return; }
  var body = table.tBodies[0], cards = document.getElementById("cards");
  var rows = Array.prototype.slice.call(body.rows);
  var card = {};
  Array.prototype.forEach.call(cards.children, function (item) { card[item.getAttribute("data-ref")] = item; });
  var tools = document.getElementById("tools"), count = document.getElementById("count");
  tools.hidden = false;
  tools.addEventListener("submit", function (event) { event.preventDefault(); });

  function show() {
    var plan = document.getElementById("plan").value, change = document.getElementById("change").value;
    var position = document.getElementById("position").value;
    var find = document.getElementById("find").value.trim().toLowerCase();
    var shown = 0;
    rows.forEach(function (row) {
      var its = card[row.getAttribute("data-ref")];
      var fits = (!plan || row.getAttribute("data-plan") === plan) &&
        (!change || row.getAttribute("data-change") === change) &&
        (!position || row.getAttribute("data-position") === position) &&
        (!find || its.textContent.toLowerCase().indexOf(find) >= 0);
      row.hidden = !fits;
      its.hidden = !fits;
      if (fits) { shown += 1; }
    });
    count.textContent = "Showing " + shown + " of " + rows.length + " families";
  }
  ["plan", "change", "position"].forEach(function (id) { document.getElementById(id).addEventListener("change", show); });
  document.getElementById("find").addEventListener("input", show);

  var names = document.getElementById("names");
  names.addEventListener("click", function () {
    var open = names.getAttribute("aria-pressed") !== "true";
    names.setAttribute("aria-pressed", String(open));
    names.textContent = open ? "Close all names and addresses" : "Open all names and addresses";
    Array.prototype.forEach.call(cards.querySelectorAll("details.who"), function (item) { item.open = open; });
  });

  Array.prototype.forEach.call(table.tHead.rows[0].cells, function (head, column) {
    var button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.textContent = head.textContent;
    head.textContent = "";
    head.appendChild(button);
    head.setAttribute("aria-sort", "none");
    button.addEventListener("click", function () {
      var up = head.getAttribute("aria-sort") !== "ascending";
      Array.prototype.forEach.call(table.tHead.rows[0].cells, function (other) { other.setAttribute("aria-sort", "none"); });
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      rows.sort(function (a, b) {
        var x = a.cells[column].getAttribute("data-sort"), y = b.cells[column].getAttribute("data-sort");
        return (x < y ? -1 : x > y ? 1 : 0) * (up ? 1 : -1);
      });
      rows.forEach(function (row) {
        body.appendChild(row);
        cards.appendChild(card[row.getAttribute("data-ref")]);
      });
    });
  });
  show();
}());
