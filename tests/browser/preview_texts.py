"""What the samples of the preview say, in both languages."""

from __future__ import annotations

PRODUCTS = {
    "fr": (
        (
            "Canoë entre les châteaux, d'Amboise à Tours",
            "Amboise",
            "Sur l'eau",
            "Demi-journée",
            "38",
            None,
        ),
        (
            "Une nuit dans une cabane perchée sur la Loire",
            "Chaumont-sur-Loire",
            "Hébergement",
            "1 nuit",
            "164",
            "182",
        ),
        (
            "Dégustation chez trois vignerons de Vouvray",
            "Vouvray",
            "Goûter",
            "4 heures",
            "72.50",
            None,
        ),
        ("Lever du jour en montgolfière", "Chenonceaux", "Dans les airs", "3 h 30", "215", "239"),
        ("Le château de nuit, à la lanterne", "Amboise", "Visites", "1 h 30", "24", None),
        ("La Loire à vélo en trois jours", "Blois", "Séjours", "3 jours, 2 nuits", "395", None),
        ("Atelier de cuisine troglodyte", "Rochecorbon", "Goûter", "3 heures", "89", None),
        ("Balade à cheval dans les vignes", "Montlouis", "Nature", "2 heures", "46", None),
    ),
    "en": (
        (
            "Canoeing between the châteaux, Amboise to Tours",
            "Amboise",
            "On the water",
            "Half a day",
            "38",
            None,
        ),
        (
            "A night in a treehouse above the Loire",
            "Chaumont-sur-Loire",
            "Places to stay",
            "1 night",
            "164",
            "182",
        ),
        (
            "Tasting with three Vouvray winemakers",
            "Vouvray",
            "Food and wine",
            "4 hours",
            "72.50",
            None,
        ),
        ("Hot-air balloon at first light", "Chenonceaux", "In the air", "3 h 30", "215", "239"),
        ("The castle after dark, by lantern", "Amboise", "Guided visits", "1 h 30", "24", None),
        (
            "Three days on the Loire cycle path",
            "Blois",
            "Short breaks",
            "3 days, 2 nights",
            "395",
            None,
        ),
        ("Cave-kitchen cooking class", "Rochecorbon", "Food and wine", "3 hours", "89", None),
        ("Riding through the vineyards", "Montlouis", "Nature", "2 hours", "46", None),
    ),
}
CATEGORIES = {
    "fr": ("Sur l'eau", "Visites", "Goûter", "Séjours", "Nature", "Hébergement"),
    "en": (
        "On the water",
        "Guided visits",
        "Food and wine",
        "Short breaks",
        "Nature",
        "Places to stay",
    ),
}

FRENCH_TEXTS = {
    "summary": (
        "Onze kilomètres au fil de l'eau, entre îles de sable et façades de tuffeau, avec une"
        " pause baignade."
    ),
    "first": (
        "On embarque sous le château royal. La rivière fait le reste : le courant porte, les "
        "hérons se lèvent, et les bancs de sable se prêtent à un pique-nique."
    ),
    "second": (
        "Un batelier ouvre la route et raconte la Loire des mariniers. Aucun niveau n'est "
        "demandé : on apprend à pagayer en dix minutes, sur l'eau calme."
    ),
    "included": (
        "Canoë deux ou trois places, pagaies et gilets|Accompagnement par un batelier "
        "diplômé|Retour en minibus à Amboise|Bidon étanche pour vos affaires"
    ),
    "excluded": "Le pique-nique|Le transport jusqu'à Amboise",
    "suits": "Familles, dès 6 ans|Savoir nager 25 mètres|Groupes jusqu'à 18 personnes",
    "access": (
        "Embarquement de plain-pied|Un canoë avec siège adapté, sur demande|Pas d'accès en "
        "fauteuil sur les îles"
    ),
    "meeting": "Rendez-vous au ponton vert, 15 minutes avant le départ.",
    "directions": (
        "À 12 minutes à pied de la gare d'Amboise par le pont du Maréchal-Leclerc. Parking gratuit."
    ),
    "cancellation": "Annulation sans frais jusqu'à 48 heures avant le départ.",
    "scale": (
        "Jusqu'à 48 heures avant : remboursement entier.|De 48 à 24 heures : 50 %.|Moins de "
        "24 heures : aucun remboursement."
    ),
    "provider": "Trois bateliers, sur la Loire depuis 2009.",
    "minimum": (
        "4 personnes ; s'il n'est pas atteint, vous êtes prévenus 48 heures avant et remboursés."
    ),
    "formalities": "Aucune.",
}

ENGLISH_TEXTS = {
    "summary": (
        "Eleven kilometres with the current, past sandy islands and pale stone houses, with a"
        " stop to swim."
    ),
    "first": (
        "You set off below the royal castle. The river does the rest: the current carries "
        "you, herons rise, and the sandbanks ask for a picnic."
    ),
    "second": (
        "A boatman leads and tells of the days of sail. No skill is needed: paddling takes "
        "ten minutes to learn."
    ),
    "included": (
        "Canoe for two or three, paddles and life jackets|A qualified boatman|Minibus back to"
        " Amboise|A watertight barrel for your things"
    ),
    "excluded": "The picnic|Travel to Amboise",
    "suits": "Families, from 6 years|You can swim 25 metres|Groups up to 18",
    "access": (
        "Step-free boarding|One canoe with an adapted seat, on request|No wheelchair access "
        "on the islands"
    ),
    "meeting": "Meet at the green pontoon, 15 minutes before departure.",
    "directions": "12 minutes on foot from Amboise station by the Leclerc bridge. Free car park.",
    "cancellation": "Free cancellation until 48 hours before departure.",
    "scale": (
        "Until 48 hours before: full refund.|48 to 24 hours: 50%.|Less than 24 hours: no refund."
    ),
    "provider": "Three boatmen, on the Loire since 2009.",
    "minimum": "4 people; if not reached you are told 48 hours before and refunded.",
    "formalities": "None.",
}
